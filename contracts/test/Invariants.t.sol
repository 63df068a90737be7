// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {EscrowHandler} from "./support/EscrowHandler.sol";
import {RewardsHandler} from "./support/RewardsHandler.sol";
import {StakingHandler} from "./support/StakingHandler.sol";
import {TestBase} from "./support/TestBase.sol";

/// @dev The runner calls the functions of the contracts that this names.
abstract contract Targeted is TestBase {
    address[] private _targets;

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }

    function target(address handler) internal {
        _targets.push(handler);
        token.transfer(handler, 100_000_000 * GATA);
    }
}

contract RewardsInvariants is Targeted {
    RewardsHandler private handler;

    function setUp() public {
        deployAll();
        handler = new RewardsHandler(token, rewards, SETTLER, GUARDIAN);
        target(address(handler));
    }

    function invariantClaimsNeverExceedWhatWasFunded() public view {
        atMost(rewards.totalClaimed(), handler.funded(), "claimed");
        equal(token.balanceOf(address(rewards)), handler.funded() - rewards.totalClaimed(), "balance");
    }

    function invariantNobodyIsPaidTwice() public view {
        uint256 sum;
        for (uint256 index = 0; index < handler.accounts(); ++index) {
            address account = handler.account(index);
            uint256 paid = token.balanceOf(account);
            equal(paid, rewards.claimed(account), "paid as counted");
            atMost(paid, handler.earned(index), "paid");
            sum += paid;
        }
        equal(sum, rewards.totalClaimed(), "sum");
    }

    function invariantTheLiveRootIsFunded() public view {
        (,, uint256 promised) = rewards.liveRoot();
        atMost(promised, handler.funded(), "promised");
    }
}

contract StakingInvariants is Targeted {
    StakingHandler private handler;

    function setUp() public {
        deployAll();
        handler = new StakingHandler(token, staking, VERIFIER, ADMIN);
        target(address(handler));
    }

    function invariantWhatWentInIsThereOrWentOut() public view {
        (uint256 inStream, uint256 inReserve) = staking.pendingRewards();
        uint256 here = staking.totalAssets() + staking.totalQueued() + inStream + inReserve;
        equal(here + handler.withdrawn() + handler.slashed(), handler.staked() + handler.rewarded(), "stake");
        equal(token.balanceOf(address(staking)), here + handler.given(), "balance");
    }

    function invariantTheQueueIsTheSumOfItsEntries() public view {
        uint256 sum;
        uint256 shares;
        uint256 worth;
        for (uint256 index = 0; index < handler.accounts(); ++index) {
            address account = handler.account(index);
            for (uint256 entry = 0; entry < staking.queueOf(account).length; ++entry) {
                sum += staking.queueOf(account)[entry].assets;
            }
            shares += staking.balanceOf(account);
            worth += staking.convertToAssets(staking.balanceOf(account));
        }
        equal(sum, staking.totalQueued(), "queue");
        equal(shares, staking.totalSupply(), "shares");
        atMost(worth, staking.totalAssets(), "worth");
    }
}

contract EscrowInvariants is Targeted {
    EscrowHandler private handler;

    function setUp() public {
        deployAll();
        handler = new EscrowHandler(token, escrow, SETTLER, domainOf(IERC5267(address(escrow))));
        target(address(handler));
    }

    function invariantDepositsAreThereOrWereChargedOrWithdrawn() public view {
        uint256 deposits;
        for (uint256 index = 0; index < handler.buyers(); ++index) {
            deposits += escrow.depositOf(handler.buyer(index));
        }
        equal(deposits + handler.charged() + handler.withdrawn(), handler.deposited(), "deposits");
        equal(token.balanceOf(address(escrow)), deposits + escrow.stakersShare(), "balance");
    }

    function invariantVouchersOnlyGrow() public view {
        require(!handler.wentBack(), "a voucher went back");
    }
}
